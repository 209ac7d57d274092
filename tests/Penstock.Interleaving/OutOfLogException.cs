using System;

namespace Penstock.Interleaving;

/// <summary>Ends a run of an actor at the access that it asks next. Code under exploration lets it pass.</summary>
public sealed class OutOfLogException : Exception
{
    internal OutOfLogException()
        : base("the actor has come to its next access")
    {
    }
}
