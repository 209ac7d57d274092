using System;
using System.IO;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Services;

/// <summary>Key files with real modes in a directory of their own.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-keys-").FullName;

    private string Path => System.IO.Path.Combine(_directory, "keys.pem");

    public void Dispose() => Directory.Delete(_directory, true);

    private void Write(string text)
    {
        File.WriteAllText(Path, text);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Saved_keys_load_and_open_what_the_first_sealed()
    {
        using ServiceKeys first = ServiceKeys.Generate();
        first.Save(Path);
        using ServiceKeys second = ServiceKeys.Load(Path);
        var message = new byte[100];
        ModernFrame.TryWrite(message, "text"u8);
        Assert.Equal(ServiceResult.Success, new ModernServices(first).Run(ModernService.Seal, message));
        Assert.Equal(ServiceResult.Success, new ModernServices(second).Run(ModernService.Open, message));
        Assert.True(second.CanSeal && second.CanSign && second.CanVerify);
    }

    [Fact]
    public void A_saved_file_is_its_owners_alone_and_never_overwritten()
    {
        using ServiceKeys keys = ServiceKeys.Generate();
        keys.Save(Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Throws<IOException>(() => keys.Save(Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_use_is_refused_with_the_remedy(UnixFileMode extra)
    {
        using ServiceKeys keys = ServiceKeys.Generate();
        keys.Save(Path);
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | extra);
        Assert.Contains("chmod 600", Assert.Throws<InvalidDataException>(() => ServiceKeys.Load(Path)).Message);
    }

    [Fact]
    public void Blocks_of_another_kind_length_or_curve_are_named()
    {
        Write(PemEncoding.WriteString(ServiceKeys.AesLabel, new byte[16]));
        Assert.Contains("16 bytes", Assert.Throws<InvalidDataException>(() => ServiceKeys.Load(Path)).Message);
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP384))
            Write(other.ExportPkcs8PrivateKeyPem());
        Assert.Contains("P-256", Assert.Throws<InvalidDataException>(() => ServiceKeys.Load(Path)).Message);
        Write("nothing");
        Assert.Contains("no key", Assert.Throws<InvalidDataException>(() => ServiceKeys.Load(Path)).Message);
        Write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Throws<InvalidDataException>(() => ServiceKeys.Load(Path));
    }
}
