namespace Penstock.Linux.Processes;

/// <summary>Keeps a thread on one processor for a while, and lets it go where it was allowed before. For that thread alone.</summary>
/// <remarks>A cpuset that changes meanwhile stands above both. Neither call takes memory.</remarks>
public sealed class ProcessorPin
{
    private readonly ProcessorMask _before = new();
    private readonly ProcessorMask _mask = new();

    /// <summary>True between <see cref="Hold"/> and <see cref="Release"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Keeps the calling thread on one of the processors that it may run on.</summary>
    /// <param name="ordinal">Which of them, from 0 in rising order; beyond the last it begins again.</param>
    /// <returns>What the kernel said; without success the thread runs where it was allowed before.</returns>
    public SysResult Hold(int ordinal)
    {
        if (IsHeld)
            return SysResult.Ok();
        SysResult read = _mask.Read();
        if (!read.IsSuccess)
            return read;
        int processor = _mask.Next(-1);
        for (int left = ordinal % _mask.Count; left > 0; left--)
            processor = _mask.Next(processor);

        read = _before.ReadBinding();
        if (!read.IsSuccess)
            return read;
        _mask.SetSole(processor);
        SysResult result = _mask.Apply();
        IsHeld = result.IsSuccess;
        if (!IsHeld)
            _before.Apply();
        return result;
    }

    /// <summary>Lets the calling thread run where it might before <see cref="Hold"/>; where its cpuset allows nothing of that any more, anywhere.</summary>
    public SysResult Release()
    {
        if (!IsHeld)
            return SysResult.Ok();
        IsHeld = false;
        SysResult result = _before.Apply();
        if (result.IsSuccess)
            return result;
        _before.Fill();
        return _before.Apply();
    }
}
