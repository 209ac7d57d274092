using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using Penstock.HyperAmp.Service;

namespace Penstock.Cli.HyperAmp;

/// <summary>Services of one's own: the classes of an assembly that carry <see cref="ZoneServiceAttribute"/>.</summary>
/// <remarks>
/// Each is an <see cref="IZoneService"/> with a constructor without parameters; one instance serves all its ids. What the
/// assembly needs besides Penstock's own libraries lies beside it.
/// </remarks>
internal static class ServiceAssembly
{
    /// <summary>False in an executable that was compiled ahead of time: it has no compiler for code that comes later.</summary>
    [FeatureSwitchDefinition("Penstock.Cli.LoadsAssemblies")]
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    private static bool IsSupported { get; } =
        AppContext.TryGetSwitch("Penstock.Cli.LoadsAssemblies", out bool loads) ? loads : RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Registers the services of an assembly.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Where they go.</param>
    /// <exception cref="InvalidDataException">It holds no service, or one that cannot be used; the message says which.</exception>
    public static void Register(string path, ServiceRegistry registry)
    {
        if (!IsSupported)
            throw new InvalidDataException($"--assembly {path}: this executable was compiled ahead of time and cannot load assemblies; 'dotnet build -c Release' in Penstock's sources makes one that can, src/Penstock.Cli/bin/Release/net10.0/penstock");
        if (!File.Exists(path))
            throw new InvalidDataException($"--assembly {path}: there is no such file");
        Load(Path.GetFullPath(path), registry);
    }

    [RequiresUnreferencedCode("Looks for classes that the trimmer cannot know of.")]
    private static void Load(string path, ServiceRegistry registry)
    {
        try
        {
            int found = 0;
            foreach (Type type in Assembly.LoadFrom(path).GetTypes())
            {
                IZoneService? service = null;
                foreach (ZoneServiceAttribute attribute in type.GetCustomAttributes<ZoneServiceAttribute>(inherit: false))
                {
                    service ??= Make(type, path);
                    registry.Add(attribute.Id, service);
                    found++;
                }
            }
            if (found == 0)
                throw new InvalidDataException($"--assembly {path}: no class carries [ZoneService(id)]");
        }
        catch (Exception failure) when (failure is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new InvalidDataException($"--assembly {path}: cannot be loaded: {failure.Message}", failure);
        }
        catch (ReflectionTypeLoadException failure)
        {
            throw new InvalidDataException($"--assembly {path}: {failure.LoaderExceptions[0]?.Message ?? failure.Message}", failure);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"--assembly {path}: {failure.Message}", failure);
        }
    }

    private static IZoneService Make(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type type, string path)
    {
        if (!typeof(IZoneService).IsAssignableFrom(type) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
            throw new InvalidDataException($"--assembly {path}: {type.FullName} is not an IZoneService with a public constructor without parameters");
        try
        {
            return (IZoneService)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException failure)
        {
            throw new InvalidDataException(
                $"--assembly {path}: the constructor of {type.FullName} threw {failure.InnerException?.GetType().Name}: {failure.InnerException?.Message}", failure);
        }
    }
}
