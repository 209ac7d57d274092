using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Penstock.Linux;

/// <summary>What a system call gave: a value, or an error number.</summary>
/// <remarks>EINTR never appears: the call was made again. Hot code compares; edges call <see cref="ThrowOnError"/>.</remarks>
public readonly struct SysResult
{
    // Not negative: the value. Negative: minus the error number, as the kernel itself returns it.
    private readonly long _value;

    private SysResult(long value) => _value = value;

    /// <summary>The call's result (bytes moved, for reads and writes); -1 when it failed.</summary>
    public long Value => _value >= 0 ? _value : -1;

    /// <summary>The error number, 0 when the call succeeded.</summary>
    public int Errno => _value >= 0 ? 0 : (int)-_value;

    /// <summary>The call succeeded.</summary>
    public bool IsSuccess => _value >= 0;

    /// <summary>EAGAIN: nothing to read, or no room to write, now.</summary>
    public bool IsAgain => _value == -Linux.Errno.EAGAIN;

    /// <summary>EINPROGRESS: a non-blocking connect has begun.</summary>
    public bool IsInProgress => _value == -Linux.Errno.EINPROGRESS;

    /// <summary>The error's C name, such as ECONNREFUSED; OK for success.</summary>
    public string Name => Linux.Errno.NameOf(Errno);

    /// <summary>The system's sentence for the error.</summary>
    public string Message => IsSuccess ? "success" : Marshal.GetPInvokeErrorMessage(Errno);

    /// <summary>A result that failed with <paramref name="errno"/>.</summary>
    public static SysResult Failed(int errno) => new(-errno);

    /// <summary>A result that succeeded with <paramref name="value"/>, not negative.</summary>
    public static SysResult Ok(long value = 0) => new(value);

    /// <summary>Throws when the call failed.</summary>
    /// <param name="what">What was tried, for the message: "connect to 192.0.2.1:1080".</param>
    /// <exception cref="SysException">The call failed.</exception>
    public void ThrowOnError(string what)
    {
        if (!IsSuccess)
            throw new SysException(what, this);
    }

    /// <inheritdoc/>
    public override string ToString() => IsSuccess ? Value.ToString() : $"{Name} ({Message})";

    /// <summary>Takes a call's return value; true when a signal interrupted it and it must be made again.</summary>
    /// <remarks>Use as <c>while (SysResult.Interrupted(Libc.read(...), out result)) { }</c>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Interrupted(nint returned, out SysResult result)
    {
        if (returned >= 0)
        {
            result = new(returned);
            return false;
        }
        return InterruptedOrFailed(out result);
    }

    /// <summary>Takes the return value of a call that no signal interrupts.</summary>
    internal static SysResult Of(nint returned) => returned >= 0 ? new(returned) : new(-Marshal.GetLastPInvokeError());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool InterruptedOrFailed(out SysResult result)
    {
        int errno = Marshal.GetLastPInvokeError();
        result = new(-errno);
        return errno == Linux.Errno.EINTR;
    }
}
