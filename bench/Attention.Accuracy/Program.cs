// bench/run accuracy [--filter NAME]: what products of whole numbers and narrow weights cost real models in accuracy. Times nothing.
// A model whose files are not there is left out, and a line says so; the exit code is 1 where no model is left.
using System.Globalization;
using Attention.Accuracy;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string filter = args is ["--filter", string part] ? part : "";
if (args.Length > 0 && filter.Length == 0)
{
    Console.Error.WriteLine($"expected nothing or --filter NAME, found {string.Join(' ', args)}.");
    return 2;
}

(string Name, ILevel Level)[] levels =
[
    ("float32", new Attention.Accuracy.Float32.Level()),
    ("W8A8", new Attention.Accuracy.W8A8.Level()),
    ("W7A8", new Attention.Accuracy.W7A8.Level()),
    ("W7A7", new Attention.Accuracy.W7A7.Level()),
    ("W6A7", new Attention.Accuracy.W6A7.Level()),
    ("W4A8Affine", new Attention.Accuracy.W4A8Affine.Level()),
    ("W4A8", new Attention.Accuracy.W4A8.Level()),
    ("weights in int8", new Attention.Accuracy.Int8Weights.Level()),
    ("weights in bfloat16", new Attention.Accuracy.BFloat16Weights.Level()),
];
int tried = 0;
foreach (Trial trial in Catalogue.All.Where(trial => trial.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
{
    if (trial.Missing is string missing)
    {
        Console.WriteLine($"{trial.Name}: left out, there is no {missing}.\n");
        continue;
    }

    tried++;
    Console.WriteLine($"{trial.Name}: {trial.Told}");
    Answers? exact = null;
    foreach ((string name, ILevel level) in levels)
    {
        Answers answers = trial.Run(level, exact);
        exact ??= answers;
        double[] errors = [.. exact.Rows.Zip(answers.Rows, trial.Error)];
        string same = answers.Said.Length == 0 ? "" : $"{answers.Said.Zip(exact.Said).Count(pair => pair.First.SequenceEqual(pair.Second))} of {answers.Said.Length}";
        Console.WriteLine($"  {name,-20}{answers.Figure,15}{same,16}" + (answers == exact ? "" : $"{errors.Average(),10:0.0E+0}{errors.Max(),10:0.0E+0}"));
    }

    Console.WriteLine();
}

if (tried > 0)
    return 0;
Console.Error.WriteLine($"no model is left{(filter.Length == 0 ? "" : $" of those named like {filter}")}.");
return 1;
