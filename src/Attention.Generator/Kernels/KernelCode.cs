using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Kernels;

/// <summary>
/// What kernels of one instruction set, or of those that share a text, are written with. Every reduction runs over 16
/// virtual lanes and every element of a product is one chain of multiply-adds over ascending k from +0, so that neither
/// tile nor vector width changes a bit of a result.
/// </summary>
internal sealed partial class KernelCode(CodeWriter code, Isa isa, KernelNames names)
{
    /// <summary>A kernel that few calls need, compiled for the first of them.</summary>
    private const string Rare = "[" + Compiled + "]";

    /// <summary>A kernel that most calls need.</summary>
    private const string Ahead = "[CompiledAhead, " + Compiled + "]";

    private const string Compiled = "MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)";

    public Isa Isa => isa;

    /// <summary>The vector type.</summary>
    public string V => isa.VectorOfFloat;

    public string Zero => V + ".Zero";

    /// <summary>The name of a kernel's method.</summary>
    public string NameOf(Kernel kernel) => names[kernel];

    /// <summary>The number by which a team knows a kernel whose work it shares.</summary>
    public int NumberOf(Kernel kernel) => names.Number(kernel);

    public void Line(string line = "") => code.Line(line);

    public Scope Block(string? head = null) => code.Block(head);

    /// <summary>A method with its kernel's name.</summary>
    public Scope Method(Kernel kernel, string summary, string parameters) =>
        code.Method(summary, $"private static void {NameOf(kernel)}({parameters})", kernel.IsRare ? Rare : Ahead);

    /// <summary>
    /// A kernel whose work threads share: the method that stages call, which has the team run chunks, and the one for a chunk.
    /// </summary>
    public Scope Shared(Kernel kernel, string summary, string parameters, string run)
    {
        code.Line();
        code.Line("/// <summary>" + summary + "</summary>");
        code.Line($"private static void {NameOf(kernel)}(TeamWork work, {parameters}) => work.{run};");
        return code.Method($"A chunk of <see cref=\"{NameOf(kernel)}\"/>.", $"private static void {NameOf(kernel)}_Chunk(in Chunk chunk, TeamWork work)", kernel.IsRare ? Rare : Ahead);
    }

    /// <summary>
    /// A method that switches on a height, and one for each height. Calls of many rows need the highest, those of one row
    /// the lowest; the others are compiled when a length needs them.
    /// </summary>
    public void Heights(Kernel kernel, int highest, string summary, Func<int, string> summaryOf, string parameters, string arguments, Action<int> body)
    {
        string name = NameOf(kernel);
        using (code.Method(summary, $"private static void {name}(int height, {parameters})"))
        using (code.Block("switch (height)"))
        {
            for (int height = 1; height <= highest; height++)
                code.Line($"{(height == highest ? "default" : $"case {Number(height)}")}: {name}_H{Number(height)}({arguments}); break;");
        }

        for (int height = 1; height <= highest; height++)
        {
            using (code.Method(summaryOf(height), $"private static void {name}_H{Number(height)}({parameters})", height == 1 || height == highest ? Ahead : Rare))
                body(height);
        }
    }

    /// <summary>The same with the instruction set's heights, or with fewer where there are never more rows.</summary>
    public void Heights(Kernel kernel, string summary, string parameters, string arguments, Action<int> body, int? most = null) => Heights(
        kernel, Math.Min(most ?? isa.Height, isa.Height), summary, height => $"<see cref=\"{NameOf(kernel)}\"/> for {Number(height)} row{(height == 1 ? "" : "s")}.", parameters, arguments, body);

    public string Load(string reference, string offset = "") => offset.Length == 0
        ? $"{isa.Vector}.LoadUnsafe(ref {reference})"
        : $"{isa.Vector}.LoadUnsafe(ref {reference}, {offset})";

    /// <summary>A vector of what is kept in a format, <paramref name="element"/> counted from the reference.</summary>
    public string Load(WeightFormat format, string reference, string element) => format == WeightFormat.Float32
        ? Load(reference, element)
        : $"Widening.{format}To{32 * isa.Lanes}(ref {reference}, {(element.Length == 0 ? "0" : element)})";

    /// <summary>What stands so many elements behind a reference.</summary>
    public static string Element(string reference, int offset) => offset == 0 ? reference : $"Unsafe.Add(ref {reference}, {Number(offset)})";

    public static string Store(string value, string reference, string offset = "") => offset.Length == 0
        ? $"{value}.StoreUnsafe(ref {reference});"
        : $"{value}.StoreUnsafe(ref {reference}, {offset});";

    public string Create(string value) => $"{isa.Vector}.Create({value})";

    /// <summary>A function that all kernels share.</summary>
    public string VectorMath(string name, string value) => $"VectorMath.{name}{isa.TypeArgument}({value})";

    public string MultiplyAdd(string a, string b, string c) => $"{isa.MultiplyAdd}({a}, {b}, {c})";

    /// <summary>The parts of the 16 virtual lanes, a vector each.</summary>
    public IEnumerable<int> Parts => Enumerable.Range(0, isa.Parts);

    /// <summary>The offset of part <paramref name="part"/> of the 16 lanes that begin at <paramref name="start"/>.</summary>
    public string At(string start, int part) => part == 0 ? start : $"{start} + {Number(part * isa.Lanes)}";

    /// <summary>A mask of the lanes of a part that are below a count of the 16.</summary>
    public string Below(string count, int part) => $"Lanes.Below{Number(32 * isa.Lanes)}({(part == 0 ? count : $"{count} - {Number(part * isa.Lanes)}")})";

    /// <summary>A reduction of the 16 virtual lanes.</summary>
    public string Reduce(string how, string name) => $"Lanes.{how}({string.Join(", ", Parts.Select(part => name + part))})";

    /// <summary>A vector for each part.</summary>
    public void Declare(string name, string value)
    {
        foreach (int part in Parts)
            code.Line($"{V} {name}{part} = {value};");
    }

    /// <summary>A loop over whole groups of 16 floats, part by part.</summary>
    public void Groups(string until, Action<int> each)
    {
        using (code.Block($"for (nuint i = 0; i < {until}; i += {Measures.Group})"))
        {
            foreach (int part in Parts)
                each(part);
        }
    }

    /// <summary>A loop over vectors.</summary>
    public Scope Vectors(string until) => code.Block($"for (nuint i = 0; i < {until}; i += {isa.Lanes})");

    /// <summary>Where what belongs to a panel or another piece begins.</summary>
    public static string Offset(string reference, string index, int step, int start) =>
        index == "0" ? $"ref Unsafe.Add(ref {reference}, {Number(start)})"
            : $"ref Unsafe.Add(ref {reference}, ({index} * (nint){step}){(start == 0 ? "" : " + " + Number(start))})";
}
