namespace Attention.Runtime;

/// <summary>Steele, Lea and Flood's generator of pseudo-random numbers (2014): one word of state, the same numbers everywhere.</summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>What <see cref="NextDouble"/> gives of a seed when it is called for the time of this number, from 0.</summary>
    public static double At(ulong seed, int time) => new SplitMix64(unchecked(seed + ((ulong)time * 0x9E37_79B9_7F4A_7C15))).NextDouble();

    /// <summary>A multiple of 2⁻⁵³ from 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));
}
