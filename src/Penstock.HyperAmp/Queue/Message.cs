namespace Penstock.HyperAmp.Queue;

/// <summary>A message as it was read or is to be written, once.</summary>
/// <param name="Flag">Dealt and result bits, see <see cref="MessageFlag"/>.</param>
/// <param name="Service">Service id.</param>
/// <param name="Offset">Where the payload begins in the payload area.</param>
/// <param name="Length">Bytes of payload.</param>
public readonly record struct Message(ushort Flag, ushort Service, uint Offset, uint Length)
{
    /// <summary>True when the payload lies within an area of <paramref name="areaLength"/> bytes and has any.</summary>
    public bool IsWithin(int areaLength) => Length >= 1 && (ulong)Offset + Length <= (ulong)areaLength;
}
