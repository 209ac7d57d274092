using System.CommandLine;

namespace Penstock.Cli.HyperAmp;

/// <summary>The two families of commands on shared memory.</summary>
internal static class HyperAmpCommands
{
    /// <summary><c>shm ...</c>: the original's commands, with its arguments.</summary>
    public static Command Shm()
    {
        var shm = new Command("shm", "The original's commands on shared memory, by their names.")
        {
            CallCommands.CreateOnce("hyper_amp_test", "Sends one request and shows what it took.", withFigures: true),
            CallCommands.CreateOnce("hyper_amp", "Sends one request, shows the answer and saves it.", withFigures: false),
            CallCommands.CreateOnce("test_shm", "Sends one request.", withFigures: false),
            CallCommands.CreateOnce("hyperamp_client", "Sends one request and shows what it took.", withFigures: true),
            CallCommands.CreateThreaded(),
            ServeCommands.CreateOriginal("hyper_amp_service", "Serves 1, 2 and 66 until SIGINT or SIGTERM.", "original", withLog: false, workers: 1),
            ServeCommands.CreateOriginal("hyper_amp_service_test", "Serves 1, 2 and 66 until SIGINT or SIGTERM and writes what each message took into service_performance.log in the current directory when it ends.", "original", withLog: true, workers: 1),
            ServeCommands.CreateOriginal("server", "Serves NPUCore's ids 1 to 15 until SIGINT or SIGTERM.", "npucore", withLog: false, workers: 1),
            ServeCommands.CreateThreaded(),
            SafeServiceCommand.Create(),
            SafeServiceCommand.CreateTable(),
            SetupCommands.CreateClient(),
            SetupCommands.CreateGenerator(),
            QosCommands.CreateClient(),
            QosCommands.CreateService(),
            QosCommands.CreateStatistics(),
        };
        return shm;
    }

    /// <summary><c>amp ...</c>: Penstock's own.</summary>
    public static Command Amp()
    {
        var amp = new Command("amp", "Calls and services between zones over shared memory.")
        {
            ServeCommands.CreateAmp(),
            AmpCommands.CreateInit(),
            AmpCommands.CreateCall(),
            AmpCommands.CreateRecover(),
            LoadCommand.Create(),
            StatusCommand.Create(),
            StatusCommand.CreateTop(),
            RingCommand.Create(),
            KeysCommand.Create(),
            IvshmemCommand.Create(),
        };
        return amp;
    }
}
