using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>The headers against the compiler, the original's declarations, and what the library exports. Real: gcc, nm.</summary>
public sealed class Headers
{
    private static readonly string[] Ours = ["hev-socks5-tunnel.h", "penstock.h"];

    [LibraryTheory]
    [InlineData("gcc", "-std=c99", "-xc")]
    [InlineData("gcc", "-std=c17", "-xc")]
    [InlineData("g++", "-std=c++11", "-xc++")]
    [InlineData("g++", "-std=c++20", "-xc++")]
    public void Compile_in_every_dialect_without_a_warning(string compiler, string standard, string language)
    {
        string text = "";
        foreach (string header in Ours)
            text += $"#include \"{header}\"\n#include \"{header}\"\n";
        text += "penstock_options use(void); penstock_options use(void) { penstock_options o = PENSTOCK_OPTIONS_DEFAULT; return o; }\n";
        Command.RunWithInput(text, compiler, standard, "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", Library.Include, "-fsyntax-only", language, "-");
    }

    [LibraryFact]
    public void Declare_what_the_original_declares()
    {
        // Two declarations of a function in one file: the compiler refuses them when they differ.
        string text = $"#include \"{Path.Combine(Library.Sources, "c", "original.h")}\"\n#include \"hev-socks5-tunnel.h\"\n";
        Command.RunWithInput(text, "gcc", "-Wall", "-Werror", "-I", Library.Include, "-fsyntax-only", "-xc", "-");
        Assert.Equal(
            Declared(File.ReadAllText(Path.Combine(Library.Sources, "c", "original.h"))),
            Declared(File.ReadAllText(Path.Combine(Library.Include, "hev-socks5-tunnel.h"))));
    }

    [LibraryTheory("nm")]
    [InlineData("libhev-socks5-tunnel.so", "-D")]
    [InlineData("libpenstock.so", "-D")]
    [InlineData("libpenstock.a", "-g")]
    public void Declare_what_is_exported_and_nothing_else_is(string library, string which)
    {
        var declared = new SortedSet<string>(StringComparer.Ordinal) { "JNI_OnLoad" };
        foreach (string header in Ours)
            declared.UnionWith(Declared(File.ReadAllText(Path.Combine(Library.Include, header))));
        var exported = new SortedSet<string>(StringComparer.Ordinal);
        string path = Path.Combine(Path.GetDirectoryName(Library.DropIn)!, library);
        foreach (string line in Command.Run("nm", which, "--defined-only", path).Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3)
                exported.Add(words[2]);
        }
        Assert.Equal(declared, exported);
    }

    private static SortedSet<string> Declared(string header)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        string code = Regex.Replace(header, @"/\*.*?\*/", "", RegexOptions.Singleline);
        foreach (Match match in Regex.Matches(code, @"\b((?:hev_socks5_tunnel|penstock)_\w+)\s*\("))
            names.Add(match.Groups[1].Value);
        return names;
    }
}
