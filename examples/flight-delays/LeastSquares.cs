namespace FlightDelays;

/// <summary>Least squares by the normal equations. Features are taken around their means, which keeps the equations well conditioned.</summary>
public static class LeastSquares
{
    // A feature whose spread, once the others are taken out, is below this share of its own carries no information.
    private const double Tolerance = 1e-9;

    /// <summary>
    /// The intercept and coefficients with the least sum of squared errors. A feature that never varies, or follows from the others, gets the
    /// coefficient 0.
    /// </summary>
    /// <param name="features">One row per observation, at least one; rows of equal length.</param>
    /// <param name="targets">One value per observation.</param>
    public static (double Intercept, double[] Coefficients) Fit(IReadOnlyList<double[]> features, IReadOnlyList<double> targets)
    {
        if (features.Count == 0 || features.Count != targets.Count) throw new ArgumentException("least squares need as many targets as rows, and at least one", nameof(targets));
        var size = features[0].Length;
        var means = new double[size];
        for (var j = 0; j < size; j++) means[j] = features.Average(row => row[j]);
        var mean = targets.Average();

        // Row j of the normal equations: the covariances of feature j with every feature, and with the target.
        var equations = new double[size, size + 1];
        for (var i = 0; i < features.Count; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var x = features[i][j] - means[j];
                for (var k = 0; k < size; k++) equations[j, k] += x * (features[i][k] - means[k]);
                equations[j, size] += x * (targets[i] - mean);
            }
        }
        var coefficients = Solve(equations, size);
        var intercept = mean;
        for (var j = 0; j < size; j++) intercept -= coefficients[j] * means[j];
        return (intercept, coefficients);
    }

    /// <summary>Gauss-Jordan elimination. The matrix is positive semidefinite, so the diagonal serves as pivots without any exchange of rows.</summary>
    private static double[] Solve(double[,] equations, int size)
    {
        var spread = Enumerable.Range(0, size).Select(j => equations[j, j]).ToArray();
        var used = new bool[size];
        for (var pivot = 0; pivot < size; pivot++)
        {
            if (equations[pivot, pivot] <= Tolerance * spread[pivot]) continue;
            used[pivot] = true;
            for (var row = 0; row < size; row++)
            {
                if (row == pivot) continue;
                var factor = equations[row, pivot] / equations[pivot, pivot];
                for (var column = pivot; column <= size; column++) equations[row, column] -= factor * equations[pivot, column];
            }
        }
        return [.. Enumerable.Range(0, size).Select(j => used[j] ? equations[j, size] / equations[j, j] : 0)];
    }
}
