namespace Penstock.Linux; internal static class Room;
