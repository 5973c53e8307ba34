// Every family of docs/models.md at the sizes of a published checkpoint, with random weights under its names: loaded, run and timed, a family a process.
// Arguments: [--family NAME] [--threads N]. The exit code is 1 where a family does not load, does not run, or gives no sound numbers.
using System.Globalization;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Families;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
int threads = int.Parse(Value("--threads") ?? "1", CultureInfo.InvariantCulture);
string? wanted = Value("--family");
Family[] families = [.. Catalogue.All.Where(family => wanted is null || family.Name == wanted)];
if (families.Length == 0)
{
    Console.Error.WriteLine($"--family: expected one of {string.Join(", ", Catalogue.All.Select(family => family.Name))}; found {wanted}.");
    return 2;
}

if (Value("--child") is string path)
{
    try
    {
        Console.WriteLine(JsonSerializer.Serialize(Measurement.Of(families[0], path, threads)));
        return 0;
    }
    catch (Exception failure) when (failure is WeightsException or InvalidOperationException or ArgumentException or OutOfMemoryException or OverflowException or IndexOutOfRangeException)
    {
        Console.WriteLine(failure);
        return 1;
    }
}

int failed = 0;
string work = Directory.CreateTempSubdirectory("families").FullName;
try
{
    Console.WriteLine($"{threads} thread{(threads == 1 ? "" : "s")}; layers, of how many; load in s; a pass, prompt or image of so many rows in ms, and its share of the FMA peak; a step in ms, and its share of the memory's speed; MB resident");
    Console.WriteLine($"{"family",-18} {"checkpoint",-47} {"parameters",10} {"layers",8} {"load",6} {"rows",5} {"ms",8} {"peak",5} {"step",7} {"of it",5} {"MB",6}");
    foreach (Family family in families)
    {
        string file = Path.Combine(work, "model.safetensors");
        try
        {
            Checkpoint.Write(family, file);
            Console.WriteLine(Row(family, JsonSerializer.Deserialize<Measurement>(ChildProcess.Run(Environment.ProcessPath!, ["--child", file, "--family", family.Name, "--threads", $"{threads}"]).Output)!));
        }
        catch (InvalidOperationException unsound)
        {
            failed++;
            Console.WriteLine($"{family.Name,-18} {family.Checkpoint,-47} failed: {unsound.Message}");
        }

        File.Delete(file);
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}

return failed == 0 ? 0 : 1;

static string Row(Family family, Measurement of)
{
    string layers = family.Layers == family.Published ? $"{family.Layers}" : $"{family.Layers}/{family.Published}";
    string step = of.Step is double milliseconds ? $"{milliseconds,7:0.00} {family.StepBytes / milliseconds * 1000 / of.Bandwidth,5:0%}" : $"{"",13}";
    return $"{family.Name,-18} {family.Checkpoint,-47} {family.Parameters / 1e6,9:0.0}M {layers,8} {of.Load,6:0.00} {family.Rows,5} {of.Forward,8:0.0} {family.Work / of.Forward / 1e6 / of.Peak,5:0%} {step} {of.Resident / 1e6,6:0}";
}
