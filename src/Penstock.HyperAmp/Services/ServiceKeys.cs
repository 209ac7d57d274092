using System;
using System.Collections.Concurrent;
using System.IO;
using System.Security.Cryptography;

namespace Penstock.HyperAmp.Services;

/// <summary>The keys of the modern services, from one PEM file.</summary>
/// <remarks>
/// The file may hold any of three blocks: <c>AES 256 KEY</c> (32 bytes), <c>PRIVATE KEY</c> (PKCS#8, P-256, signs and
/// verifies) and <c>PUBLIC KEY</c> (verifies; used when there is no private one). A service whose key is missing fails
/// its messages. Nobody but the owner may be able to read or write the file. Threads may share an instance: ciphers
/// are rented, because one instance serves one caller at a time.
/// </remarks>
public sealed class ServiceKeys : IDisposable
{
    /// <summary>Label of the block with the symmetric key.</summary>
    public const string AesLabel = "AES 256 KEY";

    private const int AesKeySize = 32;
    private const int LongestFile = 64 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ConcurrentBag<AesGcm> _ciphers = [];
    private readonly ConcurrentBag<ECDsa> _signers = [];
    private readonly byte[]? _aes;
    private readonly byte[]? _private;
    private readonly byte[]? _public;

    private ServiceKeys(byte[]? aes, byte[]? privateKey, byte[]? publicKey)
    {
        _aes = aes;
        _private = privateKey;
        _public = publicKey;
    }

    /// <summary>No keys: only the services that need none work.</summary>
    public static ServiceKeys None() => new(null, null, null);

    /// <summary>True when seal and open work.</summary>
    public bool CanSeal => _aes is not null;

    /// <summary>True when signing works.</summary>
    public bool CanSign => _private is not null;

    /// <summary>True when verification works.</summary>
    public bool CanVerify => _private is not null || _public is not null;

    /// <summary>Fresh keys for all services.</summary>
    public static ServiceKeys Generate()
    {
        using ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(RandomNumberGenerator.GetBytes(AesKeySize), signer.ExportPkcs8PrivateKey(), null);
    }

    /// <summary>Reads a key file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file can be used by others than its owner, or does not hold such keys; the message says which and what to do.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ServiceKeys Load(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("key files are guarded by Linux file modes");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        // The open file is asked, not the path, which could name another file by now.
        if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            throw new InvalidDataException($"{path}: others than its owner may use this key file; chmod 600 {path}");
        if (file.Length > LongestFile)
            throw new InvalidDataException($"{path}: {file.Length} bytes are more than a key file has ({LongestFile})");
        using var reader = new StreamReader(file);
        return Parse(reader.ReadToEnd(), path);
    }

    /// <summary>Writes the keys into a file that must not exist yet, readable by its owner alone.</summary>
    public void Save(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("key files are guarded by Linux file modes");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var writer = new StreamWriter(path, options);
        if (_aes is not null)
            writer.WriteLine(PemEncoding.WriteString(AesLabel, _aes));
        if (_private is not null)
            writer.WriteLine(PemEncoding.WriteString("PRIVATE KEY", _private));
        if (_public is not null)
            writer.WriteLine(PemEncoding.WriteString("PUBLIC KEY", _public));
    }

    /// <summary>Keys that verify what these sign, and nothing else.</summary>
    public ServiceKeys PublicOnly()
    {
        if (!CanVerify)
            return None();
        ECDsa signer = RentSigner()!;
        byte[] key = signer.ExportSubjectPublicKeyInfo();
        Return(signer);
        return new(null, null, key);
    }

    /// <summary>A verifier of its own with the public half of the signing key; null without one. The caller disposes of it.</summary>
    public ECDsa? ToVerifier()
    {
        using ServiceKeys keys = PublicOnly();
        return keys.RentSigner();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_ciphers.TryTake(out AesGcm? cipher))
            cipher.Dispose();
        while (_signers.TryTake(out ECDsa? signer))
            signer.Dispose();
        CryptographicOperations.ZeroMemory(_aes);
        CryptographicOperations.ZeroMemory(_private);
    }

    /// <summary>A cipher for the caller alone, or null without a key; goes back by <see cref="Return(AesGcm)"/>.</summary>
    internal AesGcm? RentCipher() =>
        _ciphers.TryTake(out AesGcm? cipher) ? cipher : _aes is null ? null : new AesGcm(_aes, AesGcm.TagByteSizes.MaxSize);

    /// <summary>A signer (or verifier) for the caller alone, or null without a key.</summary>
    internal ECDsa? RentSigner()
    {
        if (_signers.TryTake(out ECDsa? signer))
            return signer;
        return _private is not null || _public is not null ? Import(_private, _public) : null;
    }

    internal void Return(AesGcm cipher) => _ciphers.Add(cipher);

    internal void Return(ECDsa signer) => _signers.Add(signer);

    private static ServiceKeys Parse(string text, string path)
    {
        byte[]? aes = null, privateKey = null, publicKey = null;
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields block))
        {
            byte[] content = Convert.FromBase64String(rest[block.Base64Data].ToString());
            switch (rest[block.Label])
            {
                case AesLabel when content.Length == AesKeySize:
                    aes = content;
                    break;
                case "PRIVATE KEY":
                    privateKey = content;
                    break;
                case "PUBLIC KEY":
                    publicKey = content;
                    break;
                default:
                    throw new InvalidDataException(
                        $"{path}: block '{rest[block.Label]}' of {content.Length} bytes; a key file holds {AesLabel} (32 bytes), PRIVATE KEY and PUBLIC KEY");
            }
            rest = rest[block.Location.End..];
        }
        if (aes is null && privateKey is null && publicKey is null)
            throw new InvalidDataException($"{path}: no key in it; 'penstock amp keys {path}' makes a file with fresh ones");
        try
        {
            if (privateKey is not null || publicKey is not null)
                Import(privateKey, publicKey).Dispose();
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}; the signing key must be one of P-256 (PKCS#8 or SubjectPublicKeyInfo)", e);
        }
        return new(aes, privateKey, publicKey);
    }

    private static ECDsa Import(byte[]? privateKey, byte[]? publicKey)
    {
        ECDsa signer = ECDsa.Create();
        try
        {
            if (privateKey is not null)
                signer.ImportPkcs8PrivateKey(privateKey, out _);
            else
                signer.ImportSubjectPublicKeyInfo(publicKey, out _);
            if (signer.ExportParameters(false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
                throw new CryptographicException("the key is of another curve");
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }
}
