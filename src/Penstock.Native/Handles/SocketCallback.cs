namespace Penstock.Native.Handles;

/// <summary>Passes sockets to the host before they connect.</summary>
internal sealed unsafe class SocketCallback(delegate* unmanaged[Cdecl]<void*, int, int> function, void* context)
{
    private readonly delegate* unmanaged[Cdecl]<void*, int, int> _function = function;
    private readonly void* _context = context;

    /// <summary>True when the host lets the socket go on.</summary>
    public bool Allows(int socket)
    {
        Callbacks.Enter();
        try
        {
            return _function(_context, socket) == 0;
        }
        finally
        {
            Callbacks.Leave();
        }
    }
}
