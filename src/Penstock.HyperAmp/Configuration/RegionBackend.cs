namespace Penstock.HyperAmp.Configuration;

/// <summary>What a region is made of.</summary>
public enum RegionBackend
{
    /// <summary>Physical memory through <c>/dev/mem</c>, at the addresses the configuration states; uncached.</summary>
    DevMem,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A file in <c>/dev/shm</c>.</summary>
    Shm,

    /// <summary>An anonymous memory file.</summary>
    Memfd,

    /// <summary>The memory of an ivshmem device: the PCI resource file that <c>path</c> names.</summary>
    Ivshmem,
}
