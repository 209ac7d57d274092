using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>The signals that a program of ours listens to.</summary>
public enum Signal
{
    /// <summary>The terminal went away, or "reload".</summary>
    HangUp = Libc.SIGHUP,

    /// <summary>Ctrl-C.</summary>
    Interrupt = Libc.SIGINT,

    /// <summary>Ctrl-\.</summary>
    Quit = Libc.SIGQUIT,

    /// <summary>For the program to define.</summary>
    User1 = Libc.SIGUSR1,

    /// <summary>For the program to define.</summary>
    User2 = Libc.SIGUSR2,

    /// <summary>A polite request to stop.</summary>
    Terminate = Libc.SIGTERM,
}
