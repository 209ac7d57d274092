using System.Text;

namespace Penstock.Tunnel.Configuration;

/// <summary>One mistake, told so that it can be mended: where it stands, what was found, what is accepted.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">Line in the file, from 1; 0 when the mistake has no line.</param>
/// <param name="Key"><c>section.key</c>, a section, or empty for the file as a whole.</param>
/// <param name="Found">What stands there; never a secret.</param>
/// <param name="Accepted">What may stand there; empty when there is nothing to choose.</param>
/// <param name="Outcome">What happens now; empty for an error, which stops the start.</param>
/// <param name="Severity">How much it matters.</param>
public sealed record Diagnostic(
    string File, int Line, string Key, string Found, string Accepted, string Outcome, DiagnosticSeverity Severity)
{
    /// <summary><c>file:line: severity: key: found; accepted: ...; outcome</c>, on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(File);
        if (Line > 0)
            text.Append(':').Append(Line);
        text.Append(": ").Append(Name(Severity)).Append(": ");
        if (Key.Length > 0)
            text.Append(Key).Append(": ");
        text.Append(Found);
        if (Accepted.Length > 0)
            text.Append("; accepted: ").Append(Accepted);
        if (Outcome.Length > 0)
            text.Append("; ").Append(Outcome);
        return text.ToString();
    }

    private static string Name(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "note",
    };
}
