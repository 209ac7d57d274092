namespace Penstock.Tunnel.Configuration;

/// <summary>What the file says for one key.</summary>
/// <param name="Text">The scalar's text.</param>
/// <param name="Line">The line it stands on.</param>
internal readonly record struct Setting(string Text, int Line);
