using System;
using Penstock.Wire.Dns;
using Xunit;

namespace Penstock.Wire.Tests.Dns;

public class DnsNameTests
{
    private const string Header = "0001 0000 0000 0000 0000 0000";

    [Theory]
    [InlineData("03 \"www\" 07 \"example\" 03 \"com\" 00", "www.example.com", 17)]
    [InlineData("03 \"WwW\" 01 \"x\" 00", "WwW.x", 7)]
    [InlineData("00", ".", 1)]
    public void A_name_is_read_in_its_own_case(string literal, string text, int consumed)
    {
        (bool read, string? name, int offset) = Read(Header + literal, 12);
        Assert.Equal((true, text, 12 + consumed), (read, name, offset));
    }

    [Theory]
    [InlineData("03 \"com\" 00 03 \"www\" c0 0c", 17, "www.com", 23)]
    [InlineData("03 \"com\" 00 01 \"b\" c0 0c 01 \"a\" c0 11", 21, "a.b.com", 25)]
    [InlineData("03 \"com\" 00 c0 0c", 17, "com", 19)]
    public void A_pointer_leads_back_and_the_name_ends_behind_it(string literal, int at, string text, int end)
    {
        (bool read, string? name, int offset) = Read(Header + literal, at);
        Assert.Equal((true, text, end), (read, name, offset));
    }

    [Theory]
    [InlineData("c0 0c")] // itself
    [InlineData("c0 0e 00")] // forward
    [InlineData("01 \"a\" c0 0c")] // the run of labels that holds it
    [InlineData("c0 00")] // the header
    [InlineData("c0")] // cut
    [InlineData("03 \"ww\"")] // cut within a label
    [InlineData("03 \"www\"")] // no end
    [InlineData("40 00")] // reserved
    [InlineData("80 00")]
    [InlineData("")]
    public void A_name_that_leads_nowhere_is_refused(string literal) =>
        Assert.False(Read(Header + literal, 12).Read);

    [Fact]
    public void Two_pointers_that_name_each_other_are_refused() =>
        Assert.False(Read(Header + "01 \"a\" c0 10 01 \"b\" c0 0c", 16).Read);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_at_most_255_bytes_on_the_wire(int length, bool expected)
    {
        byte[] message = new byte[12 + length];
        int at = 12, left = length - 1;
        while (left > 0)
        {
            int label = Math.Min(63, left - 1);
            if (left - 1 - label == 1)
                label--; // a label of its own needs two bytes
            message[at] = (byte)label;
            message.AsSpan(at + 1, label).Fill((byte)'n');
            at += 1 + label;
            left -= 1 + label;
        }
        int offset = 12;
        Assert.Equal(expected, DnsName.TryRead(message, ref offset, new byte[DnsName.MaxLength], out _));
        Assert.Equal(expected ? message.Length : 12, offset);
    }

    [Fact]
    public void A_name_that_grows_too_long_by_pointers_is_refused()
    {
        // Each 63-byte run points to the run before it: the fifth makes 5 * 64 bytes.
        byte[] message = new byte[12 + 64 + 1 + 4 * 66];
        int at = 12, previous = -1, last = 0;
        for (int i = 0; i < 5; i++)
        {
            last = at;
            message[at] = 63;
            at += 64;
            if (previous < 0)
            {
                at++;
            }
            else
            {
                message[at] = (byte)(0xc0 | previous >> 8);
                message[at + 1] = (byte)previous;
                at += 2;
            }
            previous = last;
        }
        int offset = last;
        Assert.False(DnsName.TryRead(message, ref offset, new byte[DnsName.MaxLength], out _));
    }

    [Theory]
    [InlineData("www.Example.COM", "WWW.example.com.", true)]
    [InlineData("a", "b", false)]
    [InlineData("a.b", "ab", false)]
    [InlineData("\u00e9", "\u00c9", false)] // RFC 4343: only ASCII has case
    [InlineData("@", "`", false)]
    [InlineData("[", "{", false)]
    public void Names_are_equal_whatever_the_case(string left, string right, bool expected)
    {
        Assert.True(DnsName.TryParse(left, new byte[255], out DnsName a));
        Assert.True(DnsName.TryParse(right, new byte[255], out DnsName b));
        Assert.Equal(expected, a.Equals(b));
    }

    [Theory]
    [InlineData("www.example.com", "Example.com", true)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("notexample.com", "example.com", false)]
    [InlineData("com", "example.com", false)]
    [InlineData("example.com", ".", true)]
    public void A_suffix_matches_whole_labels(string name, string suffix, bool expected)
    {
        Assert.True(DnsName.TryParse(name, new byte[255], out DnsName a));
        Assert.True(DnsName.TryParse(suffix, new byte[255], out DnsName b));
        Assert.Equal(expected, a.IsWithin(b));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData("\u0100")]
    [InlineData("label-of-64-characters-label-of-64-characters-label-of-64-charac.x")]
    public void Text_that_is_no_name_is_refused(string text) =>
        Assert.False(DnsName.TryParse(text, new byte[255], out _));

    [Theory]
    [InlineData("03 \"w.w\" 00", false)]
    [InlineData("03 77 00 77 00", false)]
    [InlineData("03 \"www\" 00", true)]
    [InlineData("00", false)]
    public void A_label_with_a_dot_is_no_host_name(string literal, bool expected)
    {
        int offset = 12;
        Assert.True(DnsName.TryRead(Bytes.Of(Header + literal), ref offset, new byte[255], out DnsName name));
        Assert.Equal(expected, name.IsHostName);
    }

    private static (bool Read, string? Name, int Offset) Read(string literal, int offset)
    {
        bool read = DnsName.TryRead(Bytes.Of(literal), ref offset, new byte[DnsName.MaxLength], out DnsName name);
        return (read, read ? name.ToString() : null, offset);
    }
}
