namespace Penstock.HyperAmp.Qos;

/// <summary>One resource, split into a reserve per class and a pool for all. Guarded by its owner's lock.</summary>
/// <remarks>Taking uses the class's reserve first; giving back fills the pool's part first that the class had borrowed.</remarks>
internal sealed class QosQuota
{
    private readonly long[] _reserves;
    private readonly long[] _used;
    private long _pool;

    public QosQuota(long total, long[] reserves)
    {
        _reserves = reserves;
        _used = new long[reserves.Length];
        _pool = total;
        foreach (long reserve in reserves)
            _pool -= reserve;
    }

    /// <summary>The most that one class could ever hold.</summary>
    public long Largest(QosClass qosClass)
    {
        long most = _pool + _reserves[(int)qosClass];
        for (int i = 0; i < _used.Length; i++)
            most += Borrowed(i, _used[i]);
        return most;
    }

    public long Used(QosClass qosClass) => _used[(int)qosClass];

    public bool CanTake(QosClass qosClass, long amount)
    {
        int i = (int)qosClass;
        return Borrowed(i, _used[i] + amount) - Borrowed(i, _used[i]) <= _pool;
    }

    public void Take(QosClass qosClass, long amount) => Change((int)qosClass, amount);

    public void Return(QosClass qosClass, long amount) => Change((int)qosClass, -amount);

    private void Change(int i, long amount)
    {
        long before = Borrowed(i, _used[i]);
        _used[i] += amount;
        _pool -= Borrowed(i, _used[i]) - before;
    }

    private long Borrowed(int i, long used) => used > _reserves[i] ? used - _reserves[i] : 0;
}
