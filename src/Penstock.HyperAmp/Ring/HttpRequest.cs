using System;

namespace Penstock.HyperAmp.Ring;

/// <summary>A request in a data message: method, URI and host in fields of fixed size.</summary>
/// <remarks><code>
///   0           8            264          392              394        396
///   | method[8] | uri[256]   | host[128]  | content_length | reserved | content
/// </code></remarks>
public static class HttpRequest
{
    /// <summary>Bytes of the fields; shorter data messages are no requests.</summary>
    public const int Size = 396;

    /// <summary>True when a data message is a request: long enough, and its first byte A to Z.</summary>
    public static bool IsRequest(ReadOnlySpan<byte> data) => data.Length >= Size && data[0] is >= (byte)'A' and <= (byte)'Z';

    /// <summary>What the simulator answers to any request.</summary>
    public static ReadOnlySpan<byte> FixedAnswer =>
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 54\r\n\r\n<html><body>The Penstock backend is here</body></html>"u8;
}
