using System;
using System.Collections.Generic;
using System.Text;

namespace Penstock.Tunnel.Configuration;

/// <summary>Collects the mistakes of one file.</summary>
internal sealed class DiagnosticList(string file)
{
    private const int MaxShown = 64;
    private const int MaxDiagnostics = 200;

    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public bool HasErrors { get; private set; }

    public void Error(int line, string key, string found, string accepted) =>
        Add(new Diagnostic(file, line, key, found, accepted, "", DiagnosticSeverity.Error));

    public void Warning(int line, string key, string found, string accepted, string outcome) =>
        Add(new Diagnostic(file, line, key, found, accepted, outcome, DiagnosticSeverity.Warning));

    public void Note(int line, string key, string found, string accepted, string outcome) =>
        Add(new Diagnostic(file, line, key, found, accepted, outcome, DiagnosticSeverity.Note));

    /// <summary>A value as a message may hold it: quoted, on one line, at most 64 characters.</summary>
    public static string Quote(string text)
    {
        if (text.Length == 0)
            return "an empty value";
        var shown = new StringBuilder("\"");
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, MaxShown)))
            shown.Append(char.IsControl(character) || char.IsSurrogate(character) ? '?' : character);
        return shown.Append(text.Length > MaxShown ? "...\"" : "\"").ToString();
    }

    /// <summary>A key as a message may hold it: what follows a colon may be a value that lost its blank, even a secret.</summary>
    public static string QuoteKey(string key)
    {
        int colon = key.IndexOf(':');
        return Quote(colon < 0 ? key : key[..(colon + 1)]);
    }

    // A file of nothing but mistakes must not fill a log; an error is always kept.
    private void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == DiagnosticSeverity.Error)
            HasErrors = true;
        else if (_items.Count >= MaxDiagnostics)
            return;
        _items.Add(diagnostic);
    }
}
