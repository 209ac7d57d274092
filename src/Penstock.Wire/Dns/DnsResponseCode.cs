namespace Penstock.Wire.Dns;

/// <summary>The outcome of a query (RFC 1035 section 4.1.1, RFC 6891 section 9).</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>No error; the answer may still be empty.</summary>
    NoError = 0,

    /// <summary>The server could not read the query.</summary>
    FormatError = 1,

    /// <summary>The server failed for a reason of its own.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist.</summary>
    NameError = 3,

    /// <summary>The server does not know the opcode.</summary>
    NotImplemented = 4,

    /// <summary>The server's rules forbid an answer.</summary>
    Refused = 5,

    /// <summary>The EDNS version is not supported; its high bits travel in the OPT record.</summary>
    BadVersion = 16,
}
