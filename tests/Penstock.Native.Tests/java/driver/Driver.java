import hev.htproxy.TProxyService;

/** Driver LIBRARY CONFIG MISSING: starts, stops, restarts after failures, as an app does. */
public class Driver {
    public static void main(String[] arguments) throws Exception {
        System.load(arguments[0]);
        TProxyService.stop(); // nothing runs: nothing waits
        for (int round = 0; round < 3; round++) {
            TProxyService.start(arguments[2], -1); // fails on its thread
            check("failed", waitFor(false));
            TProxyService.start(null, -1);
            while (!TProxyService.start(arguments[1], -1) || !waitFor(true)) {
                TProxyService.stop();
            }
            check("numbers", TProxyService.TProxyGetStats().length == 4);
            TProxyService.stop();
            check("zero after the end", TProxyService.TProxyGetStats()[0] == 0);
            check("not running", waitFor(false));
            TProxyService.start(arguments[1], -1); // and at once
            TProxyService.stop();
        }
        System.out.println("all rounds");
    }

    private static boolean waitFor(boolean wanted) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (TProxyService.isRunning() == wanted) return true;
            Thread.sleep(10);
        }
        return false;
    }

    private static void check(String what, boolean holds) {
        if (!holds) throw new IllegalStateException(what);
    }
}
