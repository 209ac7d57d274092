namespace Penstock.Proxy; internal static class Room;
