using System.Runtime.InteropServices;

namespace Penstock.Native.Handles;

/// <summary><c>struct penstock_options</c> of penstock.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HostOptions
{
    public nuint Size;
    public void* Context;
    public delegate* unmanaged[Cdecl]<void*, int, byte*, void> Log;
    public delegate* unmanaged[Cdecl]<void*, int, int> Protect;
    public int TunDescriptor;
    public int Reserved;

    /// <summary>What a host gets that passes none.</summary>
    public static HostOptions Default => new() { Size = (nuint)sizeof(HostOptions), TunDescriptor = -1 };
}
