using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// So few rows that scores and contexts wait for memory. Beside each key that they read they ask for a piece of what is read next, from <c>ahead</c>
/// on, pieces <c>apart</c> floats from each other.
/// </summary>
/// <param name="Most">The most rows.</param>
/// <param name="Piece">Floats of a piece.</param>
internal sealed record FewRows(int Most, int Piece)
{
    /// <summary>How many keys further on is asked for what is too long to be in the second-level cache as a whole.</summary>
    public const int Ahead = 48;

    /// <summary>The most floats of a head's keys which its values can join there, and the next one's keys those.</summary>
    public const int MostTogether = 65536;

    /// <summary>The most channels that a loop takes at once.</summary>
    private const int MostChannels = 8;

    /// <summary>What kernels are called, behind their names.</summary>
    public string Suffix => "_Rows" + Number(Most);

    /// <summary>What they take besides, as parameters and arguments.</summary>
    public string Parameters => ", ref float ahead, nint apart";

    /// <inheritdoc cref="Parameters"/>
    public string Arguments => ", ref ahead, apart";

    /// <summary>Asks for so many pieces.</summary>
    public void Ask(KernelCode code, int pieces)
    {
        for (int piece = 0; piece < pieces; piece++)
            Ask(code, Piece, "ahead");
    }

    /// <summary>Asks for a part of a piece from a reference on, which moves to the next.</summary>
    public static void Ask(KernelCode code, int floats, string from)
    {
        code.Ask(floats, isNear: false, from);
        code.Line($"{from} = ref Unsafe.Add(ref {from}, apart);");
    }

    /// <summary>
    /// How many channels a loop takes at once, at least <paramref name="unroll"/>, and for how many pieces it asks with them, so that there are as many pieces as <paramref name="keys"/> when it
    /// ends; none where that does not come out even.
    /// </summary>
    public static (int Unroll, int? Pieces) Turns(int channels, int keys, int unroll)
    {
        for (int taken = unroll; taken <= MostChannels; taken++)
        {
            if (channels % taken == 0 && keys * taken % channels == 0)
                return (taken, keys * taken / channels);
        }

        return (unroll, null);
    }
}
