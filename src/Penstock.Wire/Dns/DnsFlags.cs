using System;

namespace Penstock.Wire.Dns;

/// <summary>The second word of the header without opcode and response code (RFC 1035 section 4.1.1, RFC 4035).</summary>
[Flags]
public enum DnsFlags : ushort
{
    /// <summary>A query with no wishes.</summary>
    None = 0,

    /// <summary>QR: this is a response.</summary>
    Response = 0x8000,

    /// <summary>AA: the server owns the zone.</summary>
    Authoritative = 0x0400,

    /// <summary>TC: the answer did not fit; ask again over TCP.</summary>
    Truncated = 0x0200,

    /// <summary>RD: the client wants the server to ask others.</summary>
    RecursionDesired = 0x0100,

    /// <summary>RA: the server can ask others.</summary>
    RecursionAvailable = 0x0080,

    /// <summary>AD: the data has been validated.</summary>
    Authenticated = 0x0020,

    /// <summary>CD: the client validates itself.</summary>
    CheckingDisabled = 0x0010,
}
