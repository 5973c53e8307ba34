using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Scores that are not scaled yet become such that their scaled ones are <c>cap · tanh(score / cap)</c>: Gemma Team 2024, "Gemma 2".</summary>
internal sealed record SoftCap(int ScoreStride, float Scale, float Cap) : Kernel
{
    public override string Name => "SoftCap";

    public override void Write(KernelCode code)
    {
        using (code.Method(this, "score = cap / scale · tanh(scale · score / cap), a multiple of 16 of them in each row.", "int rows, int count, ref float scores"))
        {
            code.Line($"{code.V} before = {code.Create(Float(Scale / Cap))}, after = {code.Create(Float(Cap / Scale))};");
            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line($"ref float s = ref Unsafe.Add(ref scores, row * (nint){ScoreStride});");
                using (code.Vectors("(nuint)((count + 15) & ~15)"))
                    code.Line(Store($"({code.VectorMath("Tanh", $"{code.Load("s", "i")} * before")} * after)", "s", "i"));
            }
        }
    }
}
