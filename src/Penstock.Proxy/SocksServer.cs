using System;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;

namespace Penstock.Proxy;

/// <summary>A SOCKS5 server: CONNECT, UDP ASSOCIATE, and UDP-in-TCP (command 05), with RFC 1929 if wished.</summary>
/// <remarks>
/// A few threads relay everything; they are in the network namespace of the thread that calls <see cref="Start"/>.
/// Host names are resolved by the system. A FIN passes as FIN and an RST as RST, in both directions. Start and Stop are
/// for one thread; the counters are for any.
/// </remarks>
public sealed class SocksServer : IDisposable
{
    private readonly SocksServerOptions _options;
    private Worker[] _workers = [];
    private Acceptor? _acceptor;
    private SocksServerCounters _before;

    /// <summary>Makes a server that does not listen yet.</summary>
    /// <exception cref="ArgumentException">A user without a password, or one of the two longer than 255 bytes.</exception>
    public SocksServer(SocksServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.User is null != options.Password is null)
            throw new ArgumentException("user and password are given both or not at all", nameof(options));
        if (options.User?.Length > 255 || options.Password?.Length > 255)
            throw new ArgumentException("user and password have at most 255 bytes each (RFC 1929)", nameof(options));
        _options = options;
    }

    /// <summary>Where it listens; the port is the one that the kernel chose. Meaningful after <see cref="Start"/>.</summary>
    public InetEndpoint LocalEndpoint { get; private set; }

    /// <summary>What it has done so far, over all starts.</summary>
    public SocksServerCounters Counters
    {
        get
        {
            SocksServerCounters sum = _before;
            foreach (Worker worker in _workers)
                sum += worker.Counters.Snapshot();
            return sum;
        }
    }

    /// <summary>Calls that received or sent datagrams since the start.</summary>
    internal long DatagramCalls
    {
        get
        {
            long sum = 0;
            foreach (Worker worker in _workers)
                sum += Volatile.Read(ref worker.Counters.DatagramCalls);
            return sum;
        }
    }

    /// <summary>Binds, and begins to serve.</summary>
    /// <exception cref="SysException">The address cannot be bound; the message names it and the reason.</exception>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public void Start()
    {
        if (_acceptor is not null)
            throw new InvalidOperationException("the server runs already");
        SysResult result = StreamListener.Listen(
            Endpoints.ToSocket(_options.Listen.Address, _options.Listen.Port), 4096, sharePort: false, out StreamListener? listener);
        result.ThrowOnError($"listen on {_options.Listen}");
        LocalEndpoint = Endpoints.ToInet(listener!.LocalAddress);
        _workers = new Worker[_options.Threads > 0 ? _options.Threads : Processors.Allowed().Count];
        for (int i = 0; i < _workers.Length; i++)
            _workers[i] = new Worker(_options, i);
        _acceptor = new Acceptor(listener, _workers);
        _workers[0].Post(_acceptor.Begin);
        foreach (Worker worker in _workers)
            worker.Start();
    }

    /// <summary>Closes the listener and every connection, and waits for the threads to end. Does nothing when stopped.</summary>
    public void Stop()
    {
        if (_acceptor is null)
            return;
        foreach (Worker worker in _workers)
            worker.Stop();
        _acceptor.Dispose();
        _acceptor = null;
        _before = Counters;
        _workers = [];
    }

    /// <summary><see cref="Stop"/>.</summary>
    public void Dispose() => Stop();
}
