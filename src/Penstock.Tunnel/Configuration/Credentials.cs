using System;
using System.Text;

namespace Penstock.Tunnel.Configuration;

/// <summary>User name and password for RFC 1929, 0 to 255 bytes each.</summary>
/// <remarks>A class of its own and not a record: nothing that prints options can print a secret by accident.</remarks>
public sealed class Credentials : IEquatable<Credentials>
{
    /// <summary>Longest user name or password, in bytes (RFC 1929 (2): one length byte).</summary>
    public const int MaxLength = 255;

    private readonly byte[] _username;
    private readonly byte[] _password;

    /// <summary>Keeps the first 255 bytes (UTF-8) of each.</summary>
    public Credentials(string username, string password)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        _username = Cut(username);
        _password = Cut(password);
    }

    /// <summary>The user name's bytes, 0 to 255.</summary>
    public ReadOnlyMemory<byte> Username => _username;

    /// <summary>The password's bytes, 0 to 255.</summary>
    public ReadOnlyMemory<byte> Password => _password;

    /// <summary>Says that there are credentials, never which.</summary>
    public override string ToString() => "(set)";

    /// <summary>Both are the same.</summary>
    public bool Equals(Credentials? other) =>
        other is not null && _username.AsSpan().SequenceEqual(other._username) && _password.AsSpan().SequenceEqual(other._password);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Credentials);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_username);
        hash.AddBytes(_password);
        return hash.ToHashCode();
    }

    private static byte[] Cut(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= MaxLength ? bytes : bytes[..MaxLength];
    }
}
