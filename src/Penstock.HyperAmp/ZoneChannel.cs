using System;
using System.IO;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Service;

namespace Penstock.HyperAmp;

/// <summary>A region of shared memory between two zones, or two processes: where clients and a service meet.</summary>
/// <remarks>
/// <code>
///   // one process                                  // another
///   using ZoneChannel zone = ZoneChannel.Create("demo");    using ZoneChannel zone = ZoneChannel.Attach("demo");
///   using ZoneService service = zone.Serve(registry);       using ZoneClient client = zone.OpenClient();
///                                                           byte[] answer = client.Call(66, "hello"u8);
/// </code>
/// Dispose of clients and services first, of the channel last.
/// </remarks>
public sealed class ZoneChannel : IDisposable
{
    private const string Prefix = "penstock-";
    private readonly ZoneRegion _region;
    private readonly bool _remove;

    private ZoneChannel(ShmConfiguration configuration, bool remove)
    {
        Configuration = configuration;
        _remove = remove;
        _region = ZoneRegion.Open(configuration);
    }

    /// <summary>What the channel was opened with.</summary>
    public ShmConfiguration Configuration { get; }

    /// <summary>The file or device under the region.</summary>
    public string Path => _region.Path;

    /// <summary>The legacy bytes.</summary>
    public ZoneRegion Region => _region;

    /// <summary>Makes a region in <c>/dev/shm</c>, or joins the one of that name. Its files go when the channel is disposed of.</summary>
    /// <param name="name">Letters, digits, dots and dashes.</param>
    /// <param name="configure">Changes the defaults: 4 MiB of payload, 255 entries.</param>
    /// <exception cref="RegionException">The region cannot be made.</exception>
    public static ZoneChannel Create(string name, Func<ShmConfiguration, ShmConfiguration>? configure = null)
    {
        ShmConfiguration local = ShmConfiguration.Local(FileName(name));
        return new ZoneChannel(configure is null ? local : configure(local), remove: true);
    }

    /// <summary>Joins a region that <see cref="Create"/> has made.</summary>
    /// <param name="name">As given there.</param>
    /// <param name="configure">The same changes as given there.</param>
    /// <exception cref="RegionException">There is none of that name.</exception>
    public static ZoneChannel Attach(string name, Func<ShmConfiguration, ShmConfiguration>? configure = null)
    {
        ShmConfiguration local = ShmConfiguration.Local(FileName(name));
        ShmConfiguration configuration = configure is null ? local : configure(local);
        if (!File.Exists(ZoneRegion.FileOf(configuration)))
            throw new RegionException($"there is no region {name}: {ZoneRegion.FileOf(configuration)} does not exist");
        return new ZoneChannel(configuration, remove: false);
    }

    /// <summary>Opens the region that a configuration describes, and makes its file if need be.</summary>
    /// <exception cref="RegionException">The region cannot be opened.</exception>
    public static ZoneChannel Open(ShmConfiguration configuration) => new(configuration, remove: false);

    /// <summary>Becomes a client: its threads share entries and payload with those of all other clients.</summary>
    /// <exception cref="RegionException">The region cannot be joined.</exception>
    public ZoneClient OpenClient(ClientOptions? options = null)
    {
        SideLease lease = SideLease.Join(_region, Configuration.Layout, OwnerKind.Client);
        return new ZoneClient(
            _region, lease, NotifierFactory.ForClient(Configuration, lease, _region.SidePath), options ?? new ClientOptions(), Configuration.Wait);
    }

    /// <summary>Becomes the service of the region.</summary>
    /// <exception cref="RegionException">The region cannot be joined, or is served already.</exception>
    public ZoneService Serve(ServiceRegistry registry, ServiceOptions? options = null)
    {
        SideLease lease = SideLease.Join(_region, Configuration.Layout, OwnerKind.Service);
        try
        {
            if (!lease.TryBecomeService())
            {
                int process = lease.Side.Service is var slot and not 0 ? lease.Side.Owner(slot - 1).Process : 0;
                throw new RegionException($"{Path} is served already, by process {process}");
            }
            return new ZoneService(
                _region, lease, NotifierFactory.ForService(Configuration, lease, _region.SidePath), registry,
                options ?? new ServiceOptions(), Configuration.Wait, Configuration.Layout);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _region.Dispose();
        if (!_remove)
            return;
        File.Delete(_region.Path);
        File.Delete(_region.SidePath);
    }

    private static string FileName(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
                throw new ArgumentException($"\"{name}\" may hold letters, digits, dots, dashes and underscores", nameof(name));
        }
        return Prefix + name;
    }
}
