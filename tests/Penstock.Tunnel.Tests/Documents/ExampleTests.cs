using System;
using System.IO;
using System.Linq;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Documents;

/// <summary>The examples in the documents can be used as they stand.</summary>
public sealed class ExampleTests
{
    /// <summary>As in a new project without implicit usings, against the assemblies of this build.</summary>
    [Fact]
    public void Every_program_in_CSharp_compiles()
    {
        string[] programs = [.. Document.Paths.SelectMany(path => Document.Blocks(path, "csharp"))];
        Assert.NotEmpty(programs);
        foreach (string program in programs)
        {
            (int status, string output) = Compile(program);
            Assert.True(status == 0, output);
        }
    }

    [Fact]
    public void Program_that_does_not_compile_is_found()
    {
        (int status, string output) = Compile("var address = InetAddress.FromV4(0xc6120001);\n");
        Assert.NotEqual(0, status);
        Assert.Contains("CS0103", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_configuration_in_README_is_read_without_a_warning()
    {
        string[] files = [.. Document.Blocks("README.md", "yaml")];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            ConfigurationResult result = ConfigText.Parse(file);
            Assert.NotNull(result.Options);
            Assert.Empty(result.Diagnostics);
        }
    }

    private static (int Status, string Output) Compile(string program)
    {
        string directory = Directory.CreateTempSubdirectory("penstock-example-").FullName;
        try
        {
            string references = string.Concat(
                ((string[])["Tunnel", "Wire", "Stack", "Linux"]).Select(name => $"<Reference Include=\"{AppContext.BaseDirectory}Penstock.{name}.dll\" />"));
            File.WriteAllText(Path.Combine(directory, "Program.cs"), program);
            File.WriteAllText(Path.Combine(directory, "Example.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <UseAppHost>false</UseAppHost>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                  </PropertyGroup>
                  <ItemGroup>{references}</ItemGroup>
                </Project>
                """);
            (int status, string output, string error) = Program.Run("dotnet", "build", directory, "-nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false");
            return (status, output + error);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
