namespace Penstock.Wire.Socks5;

/// <summary>What a parser says about the bytes it was given.</summary>
/// <param name="Progress">How far it came.</param>
/// <param name="Consumed">Bytes of the complete message; 0 unless <see cref="SocksProgress.Done"/>.</param>
/// <param name="Error">The reason; <see cref="SocksError.None"/> unless <see cref="SocksProgress.Error"/>.</param>
/// <remarks>
/// Parsers keep no state: they are called with everything that has arrived since the message began, however it was
/// cut, and say "more" until the last byte is there. A wrong byte is told as soon as it is seen, not at the end.
/// </remarks>
public readonly record struct SocksResult(SocksProgress Progress, int Consumed, SocksError Error)
{
    /// <summary>The message goes on.</summary>
    public static SocksResult NeedMore => default;

    /// <summary>The message is complete.</summary>
    public bool IsDone => Progress == SocksProgress.Done;

    internal static SocksResult Done(int consumed) => new(SocksProgress.Done, consumed, SocksError.None);

    internal static SocksResult Fail(SocksError error) => new(SocksProgress.Error, 0, error);
}
