using System;

namespace Penstock.HyperAmp.Configuration;

/// <summary>A configuration that cannot be used; the message names the key, what was found and what is expected.</summary>
/// <param name="message">For a person.</param>
public sealed class ConfigurationException(string message) : Exception(message);
