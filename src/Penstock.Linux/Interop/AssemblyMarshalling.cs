using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every parameter is blittable: no marshalling stub is ever generated at run time, under the JIT or NativeAOT.
[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
