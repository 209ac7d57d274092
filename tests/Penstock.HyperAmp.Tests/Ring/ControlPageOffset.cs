namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Offsets as the contract states them, apart from those that the code under test uses.</summary>
internal static class ControlPageOffset
{
    public const int Header = 2;
    public const int Tail = 4;
    public const int Capacity = 6;
    public const int BlockSize = 8;
    public const int LockValue = 4036;
    public const int LockCount = 4044;
}
