using System;
using System.IO;
using Penstock.HyperAmp.Configuration;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Regions;

/// <summary>The legacy bytes: payload area and the two queue pages, mapped.</summary>
/// <remarks>
/// In every backend but devmem a place in the file is its address minus the lowest address of the configuration, so any
/// peer that reads the same configuration finds the same bytes.
/// </remarks>
public sealed class ZoneRegion : IDisposable
{
    private readonly MappedMemory _memory;
    private readonly bool _ownsSide;

    private ZoneRegion(MappedMemory memory, ShmConfiguration configuration, string sidePath)
    {
        _memory = memory;
        SidePath = sidePath;
        _ownsSide = configuration.Backend == RegionBackend.Memfd && memory.Created;
        IsStrict = configuration.Backend == RegionBackend.DevMem;
        Payload = Slice(configuration, configuration.Payload);
        Queue = Slice(configuration, configuration.Queue);
        PeerQueue = Slice(configuration, configuration.PeerQueue);
    }

    /// <summary>The payload area.</summary>
    public MappedWindow Payload { get; }

    /// <summary>Zone 0's queue page.</summary>
    public MappedWindow Queue { get; }

    /// <summary>The other zone's queue page.</summary>
    public MappedWindow PeerQueue { get; }

    /// <summary>The file or device.</summary>
    public string Path => _memory.Path;

    /// <summary>Where the side region lies.</summary>
    public string SidePath { get; }

    /// <summary>True for uncached memory: aligned single-word copies, no compare-exchange.</summary>
    public bool IsStrict { get; }

    /// <summary>Opens, and where it is a file makes, the region.</summary>
    /// <exception cref="RegionException">It cannot be opened.</exception>
    public static ZoneRegion Open(ShmConfiguration configuration)
    {
        try
        {
            MappedMemory memory = Map(configuration);
            return new ZoneRegion(memory, configuration, SideOf(configuration, memory.Path));
        }
        catch (IOException failure)
        {
            string hint = configuration.Backend == RegionBackend.DevMem
                ? $"; without /dev/mem set {ShmConfigurationReader.Variable}=\"backend=file;path=...\" or the key backend"
                : "";
            throw new RegionException($"the region cannot be opened: {failure.Message}{hint}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        // Nobody can open a memory file any more once its maker has closed it, so nobody needs what lies beside it.
        if (_ownsSide)
            File.Delete(SidePath);
    }

    /// <summary>The file that a configuration's backend names.</summary>
    public static string FileOf(ShmConfiguration configuration) => configuration.Backend == RegionBackend.Shm
        ? System.IO.Path.Combine("/dev/shm", System.IO.Path.GetFileName(configuration.Path ?? "hyperamp"))
        : configuration.Path!;

    private static MappedMemory Map(ShmConfiguration configuration)
    {
        const uint OwnerOnly = 0x180, WithGroup = 0x1B0;
        uint mode = configuration.Group is null ? OwnerOnly : WithGroup;
        switch (configuration.Backend)
        {
            case RegionBackend.DevMem:
                string device = configuration.Path ?? "/dev/mem";
                if (device == "/dev/mem")
                    SystemRam.Refuse("/proc/iomem", configuration.Lowest, configuration.Span);
                return MappedMemory.OpenDevice(device, (long)configuration.Lowest, configuration.Span, uncached: true);
            case RegionBackend.Memfd:
                return configuration.Path is { } path && path.StartsWith('/')
                    ? MappedMemory.OpenDevice(path, 0, configuration.Span, uncached: false)
                    : MappedMemory.CreateAnonymous(configuration.Path ?? "hyperamp", configuration.Span);
            case RegionBackend.Ivshmem:
                return MappedMemory.OpenDevice(configuration.Path!, 0, configuration.Span, uncached: false);
            default:
                string file = FileOf(configuration);
                RefuseForeign(file, configuration.Span);
                return MappedMemory.OpenFile(file, configuration.Span, mode, configuration.Group);
        }
    }

    // A file that holds something and is no region would be made longer, and written into.
    private static void RefuseForeign(string file, int span)
    {
        FileInfo found = new(file);
        if (found.Exists && found.Length > 0 && found.Length < span)
            throw new RegionException($"{file} has {found.Length} bytes, a region of this configuration has {span}: it is another file, or of another configuration");
    }

    // Files of the system have no room beside them; their side region lies in /dev/shm under a name made of theirs.
    private static string SideOf(ShmConfiguration configuration, string path)
    {
        bool beside = configuration.Backend is RegionBackend.File or RegionBackend.Shm;
        return beside
            ? path + ".side"
            : $"/dev/shm/penstock{path.Replace('/', '-')}-{configuration.Lowest:x}.side";
    }

    private MappedWindow Slice(ShmConfiguration configuration, AddressRange range) =>
        _memory.Slice((long)(range.Start - configuration.Lowest), range.Length);
}
