using System;
using System.Globalization;
using System.Linq;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.Configuration.Values;

/// <summary>A domain of a list, which stands for itself and all names below it: <c>lan</c>, <c>.lan</c>, <c>*.lan</c>.</summary>
internal static class DomainText
{
    public const string Accepted = "domain names (write xn--... where letters beyond ASCII are refused)";

    private static readonly IdnMapping s_idn = new();

    /// <summary>Reads a domain as clients ask for it: without dots around it, in ASCII.</summary>
    public static bool TryParse(string text, out string domain)
    {
        domain = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text.TrimStart('.');
        domain = domain.EndsWith('.') ? domain[..^1] : domain;
        if (domain.Length == 0 || domain.Any(c => c is '/' or ':' or '*' || char.IsWhiteSpace(c) || char.IsControl(c)))
            return false;
        if (!domain.All(char.IsAscii) && !TryEncode(domain, out domain))
            return false;
        Span<byte> storage = stackalloc byte[DnsName.MaxLength];
        // A name whose last label is a number is an address that went wrong (RFC 3696, 2).
        return !domain[(domain.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit) && DnsName.TryParse(domain, storage, out _);
    }

    /// <summary>Punycode, of names that need nothing more than lower case: the framework's tables are left out of our programs.</summary>
    private static bool TryEncode(string name, out string encoded)
    {
        encoded = "";
        // What is to be composed first, or is written in another width, would become a name that nobody asks for.
        if (name.Any(c => c is (>= '\u0300' and <= '\u036f') or (>= '\uff00' and <= '\uffef') || char.IsSurrogate(c)))
            return false;
        try
        {
            encoded = s_idn.GetAscii(name.ToLowerInvariant());
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
