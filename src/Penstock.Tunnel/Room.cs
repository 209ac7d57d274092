namespace Penstock.Tunnel; internal static class Room;
