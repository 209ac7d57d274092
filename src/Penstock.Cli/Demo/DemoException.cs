using System;

namespace Penstock.Cli.Demo;

/// <summary>Why the demo cannot go on, as one sentence for a person.</summary>
internal sealed class DemoException(string message) : Exception(message);
