#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>The measures that the runtime and the code generated for it agree on, in floats, keys and rows.</summary>
internal static class Measures
{
    /// <summary>Floats of the widest vector, and the virtual lanes of every reduction.</summary>
    public const int Group = 16;

    /// <summary>Floats rounded up to whole groups.</summary>
    public static int Whole(int floats) => (floats + Group - 1) / Group * Group;

    /// <summary>Keys in one panel of cached keys, two of the widest vectors; also the positions in one page of a beam's cache.</summary>
    public const int KeyPanel = 32;

    /// <summary>Inputs of which quantised rows and weights are whole ones: as many words of four as the widest vector has.</summary>
    public const int QuantizedStep = 4 * Group;

    /// <summary>Inputs that can have a scale of their own: of its words, byte b of word i is of input 8 b + i.</summary>
    public const int QuantizedGroup = QuantizedStep / 2;

    /// <summary>Whole numbers of 32 bits in whose place a group's weights of four bits stand.</summary>
    public const int FourBitGroup = QuantizedGroup / 8;

    /// <summary>Those of a step of weights of four bits: two groups, then the scales of both in one, and so their minima as far as they have such.</summary>
    public static int FourBitStep(bool hasMinimum) => (2 * FourBitGroup) + (hasMinimum ? 2 : 1);

    /// <summary>Steps over so many inputs, the last one whole.</summary>
    public static int QuantizedSteps(int inputs) => checked(inputs + QuantizedStep - 1) / QuantizedStep;

    /// <summary>The most rows that take several steps one after the other.</summary>
    public const int RowBlock = 256;

    /// <summary>How far before the end of a row of scores the inverse of the row's sum stands.</summary>
    public const int InverseSum = 16;
}
