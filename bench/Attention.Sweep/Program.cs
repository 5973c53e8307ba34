// Rates of register tiles, as a recorded sweep: [--isa avx512] [--rows 1,8,128] [--shape bert,384x1536,scores] [--quick]
// [--cold] [--out FILE] measures, --check FILE [--cold] compares what was measured with what the generator takes.
// --cold takes weights from 128 MiB in turn, as the layers of a model do; without, those of a small product stay in a cache.
using System.Diagnostics;
using System.Globalization;
using Attention.Dsl;
using Attention.Generator.Kernels;
using Attention.Sweep;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
string[]? Values(string name) => Value(name)?.Split(',');

if (Value("--check") is string recorded)
{
    Check.Run(File.ReadLines(recorded).Skip(1).Select(Measurement.Parse), args.Contains("--cold"), Console.Out);
    return 0;
}

bool isQuick = args.Contains("--quick");
int[] rows = Values("--rows")?.Select(int.Parse).ToArray() ?? (isQuick ? [1, 8, 128] : [1, 2, 4, 7, 8, 12, 16, 32, 77, 128, 197]);
Shape[] shapes = [.. Shape.All.Where(shape => Values("--shape")?.Any(shape.Is) ?? true)];
string[]? names = Values("--isa");
var sweep = new Sweep(isQuick ? 3 : 5, isQuick ? 0.3 : 0.6, isThinned: isQuick, args.Contains("--cold") ? 32 << 20 : 0);

var watch = Stopwatch.StartNew();
using TextWriter output = Value("--out") is string file ? new StreamWriter(file) : Console.Out;
output.WriteLine(Measurement.Header);
foreach ((Isa isa, int registers) in Tile.Sets)
{
    if (names?.Contains(isa.Name, StringComparer.OrdinalIgnoreCase) == false || !InstructionSets.IsSupported(Enum.Parse<InstructionSet>(isa.Name)))
        continue;
    foreach (Measurement measured in sweep.Run(isa, registers, shapes, rows))
        output.WriteLine(measured);
    Console.Error.WriteLine($"{isa.Name}: {watch.Elapsed.TotalSeconds:F0} s");
}

return 0;
