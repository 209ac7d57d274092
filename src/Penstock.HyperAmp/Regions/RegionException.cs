using System;

namespace Penstock.HyperAmp.Regions;

/// <summary>A region that cannot be opened or joined; the message names the file and what to do.</summary>
/// <param name="message">For a person.</param>
/// <param name="inner">What the system said.</param>
public sealed class RegionException(string message, Exception? inner = null) : Exception(message, inner);
