namespace Penstock.HyperAmp.Client;

/// <summary>The outcome of a call that copies its answer.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Length">Bytes of the answer that were copied; 0 unless it succeeded.</param>
public readonly record struct CallResult(CallStatus Status, int Length)
{
    /// <summary>True when the service answered.</summary>
    public bool IsSuccess => Status == CallStatus.Success;
}
