using System;
using System.IO;
using System.Threading;
using Penstock.Linux.Processes;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Processes;

public sealed class ChildProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-child-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void AScriptGetsPathNameAndNumber() => OwnThread.Run(() =>
    {
        string script = Script("#!/bin/sh\nprintf '%s|%s|%s|%s' \"$0\" \"$1\" \"$2\" \"$#\" >" + _directory + "/out\nexit 7\n");
        Assert.True(InterfaceScript.Run(script, "hev0", 42, out int status).IsSuccess);
        Assert.Equal(7, status);
        Assert.Equal($"{script}|hev0|42|2", File.ReadAllText(_directory + "/out"));
    });

    [Fact]
    public void AScriptsPathMayBeLong() => OwnThread.Run(() =>
    {
        string place = Directory.CreateDirectory($"{_directory}/{new string('p', 200)}/{new string('q', 200)}").FullName;
        string script = Path.Combine(place, "script");
        File.Copy(Script("#!/bin/sh\nexit 7\n"), script);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.True(InterfaceScript.Run(script, "hev0", 42, out int status).IsSuccess);
        Assert.Equal(7, status);
    });

    [Fact]
    public void AScriptHasTheStandardStreamsAndNoOtherDescriptor() => OwnThread.Run(() =>
    {
        // This descriptor is inherited unless somebody closes it: dup without O_CLOEXEC.
        int leaky = Linux.Interop.Libc.fcntl(0, 0, 50);
        Assert.True(leaky >= 50);
        try
        {
            string script = Script("#!/bin/sh\nn=0\nwhile [ $n -lt 300 ]; do [ -e /proc/$$/fd/$n ] && l=\"$l $n\"; n=$((n+1)); done\necho $l >" + _directory + "/out\n");
            Assert.True(InterfaceScript.Run(script, "hev0", 1, out int status).IsSuccess);
            Assert.Equal(0, status);

            // The shell has its script open as a descriptor of its own, 10 in dash and 255 in bash.
            string[] descriptors = File.ReadAllText(_directory + "/out").TrimEnd().Split(' ');
            Assert.Equal(["0", "1", "2"], Array.FindAll(descriptors, fd => fd is not ("10" or "255")));
        }
        finally
        {
            _ = Linux.Interop.Libc.close(leaky);
        }
    });

    [Fact]
    public void AScriptDiesOfABrokenPipeLikeAnyProgram() => OwnThread.Run(() =>
    {
        string script = Script("#!/bin/sh\nkill -PIPE $$\nexit 0\n");
        Assert.True(InterfaceScript.Run(script, "hev0", 1, out int status).IsSuccess);
        Assert.Equal(128 + 13, status);
    });

    [Fact]
    public void AFileWithoutAnInterpreterLineIsNotRun()
    {
        Assert.Equal("ENOEXEC", InterfaceScript.Run(Script("exit 0\n"), "hev0", 1, out _).Name);
        Assert.Equal("ENOENT", InterfaceScript.Run(_directory + "/absent", "hev0", 1, out _).Name);
        File.SetUnixFileMode(Script("#!/bin/sh\n"), UnixFileMode.UserRead);
        Assert.Equal("EACCES", InterfaceScript.Start(_directory + "/script", "hev0", 1).Name);
    }

    [Fact]
    public void APathMayBeVeryLong() => OwnThread.Run(() =>
    {
        string deep = _directory;
        for (int i = 0; i < 15; i++)
            deep = Directory.CreateDirectory($"{deep}/{new string('d', 200)}").FullName;
        string script = $"{deep}/up";
        File.WriteAllText(script, "#!/bin/sh\nexit 3\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        InterfaceScript.Run(script, "hev0", 1, out int status).ThrowOnError("run");
        Assert.Equal(3, status);
    });

    [Fact]
    public void AChildThatIsNotWaitedForLeavesNoZombie() => OwnThread.Run(() =>
    {
        using var ended = new ManualResetEventSlim();
        int status = -2;
        ChildProcess.Start(new ChildRequest { Path = "/bin/sh", Arguments = ["sh", "-c", "exit 5"] }, out ChildProcess? child).ThrowOnError("run");
        child!.LetRun(exit =>
        {
            status = exit;
            ended.Set();
        });
        ended.Wait();
        Assert.Equal(5, status);
        Assert.False(Directory.Exists($"/proc/{child.Id}"));
    });

    [Fact]
    public void ADaemonHasASessionTheRootDirectoryNoStreamsAndWhatItWasGiven() => OwnThread.Run(() =>
    {
        string output = _directory + "/out";
        using var kept = new FileStream(_directory + "/kept", FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        var request = new ChildRequest
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", $"s=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); pwd >{output}; echo \"$s\" >>{output}; cut -d' ' -f6 /proc/$$/stat >>{output}; echo $$ >>{output}; echo $PENSTOCK_TEST >>{output}; echo kept >&3"],
            Environment = ["PENSTOCK_TEST=yes"],
            WorkingDirectory = "/",
            NewSession = true,
            NullStreams = true,
            Descriptors = [(int)kept.SafeFileHandle.DangerousGetHandle()],
        };
        ChildProcess.Start(request, out ChildProcess? child).ThrowOnError("run");
        Assert.Equal(0, child!.Wait());
        Assert.Equal(["/", "/dev/null", "/dev/null", "/dev/null", $"{child.Id}", $"{child.Id}", "yes"], File.ReadAllLines(output));
        Assert.Equal("kept\n", Program.Run("/bin/cat", _directory + "/kept").Output);
    });

    private string Script(string text)
    {
        string path = _directory + "/script";
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
