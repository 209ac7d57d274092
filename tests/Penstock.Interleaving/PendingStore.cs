namespace Penstock.Interleaving;

/// <summary>A store that its actor has made and the others do not see yet.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Size">Bytes; 0 for a store fence.</param>
/// <param name="Value">What is stored.</param>
/// <param name="IsRelease">Visible only after all stores before it.</param>
internal readonly record struct PendingStore(int Offset, int Size, ulong Value, bool IsRelease)
{
    internal bool IsFence => Size == 0;

    internal bool Overlaps(in PendingStore other) =>
        Offset < other.Offset + other.Size && other.Offset < Offset + Size;
}
