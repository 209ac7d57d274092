namespace Penstock.Stack.Tcp;

/// <summary>So many a second: for answers that a stranger can provoke.</summary>
internal struct RateLimit(int perSecond)
{
    private long _second;
    private int _spent;

    internal bool TrySpend(long now)
    {
        long second = now / 1_000_000;
        if (second != _second)
        {
            _second = second;
            _spent = 0;
        }
        if (_spent >= perSecond)
            return false;
        _spent++;
        return true;
    }
}
