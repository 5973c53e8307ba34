// One encoder pass on one thread, as milliseconds and as a share of the FMA peak measured in the same turns.
// Arguments: token counts (128 32 7 unless given), and instruction sets by name (avx512 avx2 portable; the best unless given);
// or peers [--filter NAME] [--threads N] [--quick] [--verbose] [--json FILE], which takes turns with ONNX Runtime;
// or cold [--turns N] [--json FILE], what a first call costs; kernels [--filter NAME], single kernels;
// generator, what generating costs; every-length [--passes N] [--quick] [--json FILE], a token's cost at each length;
// sparse [--turns N] [--quick] [--json FILE], what attention costs by what it sees;
// recurrent [--threads N] [--quick] [--verbose] [--json FILE], recurrent layers in turns with ONNX Runtime;
// start [--turns N] [--json FILE], programs published in every way, from their start to a sentence's embedding.
using System.Diagnostics;
using System.Globalization;
using Attention.Bench;
using Attention.Dsl;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [string command, .. string[] rest])
{
    Func<Options, int>? run = command switch
    {
        "peers" => Peers.Run,
        "cold" => Cold.Run,
        ColdChild.Command => ColdChild.Run,
        "kernels" => Kernels.Run,
        "generator" => Generation.Run,
        "every-length" => EveryLength.Run,
        "sparse" => Sparse.Run,
        "recurrent" => Peers.RunRecurrent,
        "start" => Start.Run,
        _ => null,
    };
    if (run is not null)
        return run(new Options(rest));
}

int[] lengths = [.. args.Where(arg => int.TryParse(arg, out _)).Select(int.Parse)];
InstructionSet[] sets = [.. args.Where(arg => !int.TryParse(arg, out _)).Select(arg => Enum.Parse<InstructionSet>(arg, ignoreCase: true))];
if (lengths.Length == 0)
    lengths = [128, 32, 7];
if (sets.Length == 0)
    sets = [InstructionSets.Best];

const int layers = 6, width = 384, hidden = 1536;
Console.WriteLine("set       tokens      ms  GFLOP/s   peak   share   bytes allocated");
foreach (InstructionSet set in sets)
{
    using Stream checkpoint = RandomCheckpoint.Of([.. RandomCheckpoint.Encoder(layers, width, hidden, 1000, 512)]);
    using SentenceEncoder model = SentenceEncoder.Load(checkpoint, set);
    using SentenceEncoder.Session session = model.CreateSession();
    foreach (int length in lengths)
    {
        int[] tokens = [.. Enumerable.Range(0, length).Select(i => (i * 7919) % 1000)];

        // Products of the projections and of attention at the true length, nothing else.
        double flops = layers * ((2.0 * length * width * ((4 * width) + (2 * hidden))) + (4.0 * length * length * width));
        for (int i = 0; i < 20; i++)
            session.Text.Forward(tokens);

        var times = new List<double>();
        var peaks = new List<double>();
        long allocated = 0;
        for (int turn = 0; turn < 15; turn++)
        {
            peaks.Add(Peak.Measure(20));
            for (int i = 0; i < Math.Clamp(4000 / length, 20, 400); i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                session.Text.Forward(tokens);
                double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                allocated = Math.Max(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
                if (i >= 2)
                    times.Add(elapsed);
            }
        }

        double median = Median(times), peak = Median(peaks), rate = flops / median / 1e6;
        Console.WriteLine($"{set,-9} {length,6} {median,7:F3}  {rate,7:F1}  {peak,5:F1}  {100 * rate / peak,5:F1}%  {allocated,6}");
    }
}

return 0;

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}
