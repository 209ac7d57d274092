using System;
using System.CommandLine;
using System.IO;
using Penstock.HyperAmp.Notification;
using Penstock.Linux.Memory;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>penstock amp ivshmem</c>: hands a region and doorbells to virtual machines, as QEMU's ivshmem-doorbell expects.</summary>
internal static class IvshmemCommand
{
    public static Command Create()
    {
        var socket = new Argument<string>("SOCKET") { Description = "UNIX socket that the virtual machines connect to" };
        var file = new Option<string>("--file") { Description = "File with the memory they share; made if it is not there", Required = true };
        var size = new Option<int>("--size") { Description = "Its size in MiB, a power of two up to 1024", DefaultValueFactory = _ => 8, CustomParser = Number.PowerOfTwo(1, 1024) };
        var vectors = new Option<int>("--vectors") { Description = "Doorbells for each, 1 to 16", DefaultValueFactory = _ => 1, CustomParser = Number.Whole(1, 16) };
        var command = new Command("ivshmem", "Serves ivshmem-doorbell devices until SIGINT or SIGTERM.") { socket, file, size, vectors };
        command.SetAction(parsed => Run(parsed.GetValue(socket)!, parsed.GetValue(file)!, parsed.GetValue(size), parsed.GetValue(vectors), Console.Out));
        return command;
    }

    private static int Run(string socket, string file, int size, int vectors, TextWriter output)
    {
        try
        {
            using StopSignal stop = new();
            using MappedMemory memory = MappedMemory.OpenFile(file, size << 20);
            using IvshmemServer server = new(socket, memory, vectors);
            output.WriteLine($"serving {file} ({size} MiB) on {socket}");
            output.Flush();
            while (!stop.Wait(TimeSpan.FromSeconds(1)))
            {
            }
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"penstock amp ivshmem: {e.Message}");
            return 1;
        }
    }
}
