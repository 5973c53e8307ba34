using System.Runtime.InteropServices;

namespace Attention.Llamas;

/// <summary>Blocks of 32 weights, each with a scale in float16: whole numbers of eight bits, from −127 to 127, or of four, from −8 to 7.</summary>
internal sealed record Blocks(int Bits, Half[] Scales, sbyte[] Numbers)
{
    public const int Length = 32;

    /// <summary>Rounds weights as GGUF's Q8_0 and Q4_0 do: the weight of greatest magnitude is ±127, or −8.</summary>
    public static Blocks Of(float[] values, int bits)
    {
        var scales = new Half[values.Length / Length];
        var numbers = new sbyte[values.Length];
        Parallel.For(0, scales.Length, block =>
        {
            ReadOnlySpan<float> from = values.AsSpan(block * Length, Length);
            float greatest = 0;
            foreach (float value in from)
                greatest = Math.Abs(value) > Math.Abs(greatest) ? value : greatest;
            Half scale = (Half)(bits == 8 ? Math.Abs(greatest) / 127 : greatest / -8);
            scales[block] = scale;
            for (int i = 0; i < Length && scale != Half.Zero; i++)
                numbers[(block * Length) + i] = (sbyte)Math.Clamp(MathF.Round(from[i] / (float)scale), bits == 8 ? -127 : -8, bits == 8 ? 127 : 7);
        });
        return new(bits, scales, numbers);
    }

    /// <summary>What is left of the weights.</summary>
    public float[] Values()
    {
        var values = new float[Numbers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)Scales[i / Length] * Numbers[i];
        return values;
    }

    /// <summary>Blocks as a GGUF file has them, each behind its scale: of four bits the first sixteen numbers are in the lower halves of bytes.</summary>
    public byte[] ToGguf()
    {
        int size = sizeof(ushort) + (Length * Bits / 8);
        var bytes = new byte[Scales.Length * size];
        for (int block = 0; block < Scales.Length; block++)
        {
            Span<byte> to = bytes.AsSpan(block * size, size);
            MemoryMarshal.Write(to, Scales[block]);
            ReadOnlySpan<sbyte> from = Numbers.AsSpan(block * Length, Length);
            for (int i = 0; i < size - sizeof(ushort); i++)
                to[sizeof(ushort) + i] = Bits == 8 ? (byte)from[i] : (byte)((from[i] + 8) | ((from[i + (Length / 2)] + 8) << 4));
        }

        return bytes;
    }

    /// <summary>Blocks as <c>MatMulNBits</c> has them, the numbers around 128 or 8: of four bits every other one is in the lower half of a byte.</summary>
    public byte[] ToOnnx() => Bits == 8
        ? Array.ConvertAll(Numbers, number => (byte)(number + 128))
        : [.. Enumerable.Range(0, Numbers.Length / 2).Select(i => (byte)((Numbers[2 * i] + 8) | ((Numbers[(2 * i) + 1] + 8) << 4)))];
}
