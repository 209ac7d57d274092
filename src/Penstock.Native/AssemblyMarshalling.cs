using System.Runtime.CompilerServices;

// Everything that crosses the border is blittable: no marshalling stub is ever generated.
[assembly: DisableRuntimeMarshalling]
