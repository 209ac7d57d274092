using System;
using Penstock.Tunnel.Logging;

namespace Penstock.Native.Handles;

/// <summary>Hands the lines of a log to the host, each with a 0 in place of its line break.</summary>
internal sealed unsafe class CallbackSink(delegate* unmanaged[Cdecl]<void*, int, byte*, void> function, void* context) : ILineSink
{
    private readonly delegate* unmanaged[Cdecl]<void*, int, byte*, void> _function = function;
    private readonly void* _context = context;

    public void Write(ReadOnlySpan<byte> line) => Write(LogLevel.Warn, line);

    public void Write(LogLevel level, ReadOnlySpan<byte> line)
    {
        byte[] text = new byte[line.Length + 1];
        line.CopyTo(text);
        text.AsSpan().Replace((byte)'\n', (byte)0);
        Callbacks.Enter();
        try
        {
            fixed (byte* p = text)
                _function(_context, (int)level, p);
        }
        finally
        {
            Callbacks.Leave();
        }
    }

    public void Dispose()
    {
        // The function is the host's.
    }
}
