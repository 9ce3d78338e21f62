set multiplot layout 1, 2
set lmargin 9
file = tables.'power-laws.tsv'
spectra = tables.'power-laws-spectra.tsv'
at(i, name) = column('spectrum') == i ? column(name) : NaN
set logscale xy
set format y '10^{%T}'
set xrange [0.8:3e4]
set yrange [1e-6:1]
set xlabel 'rank r'
set ylabel 'frequency'
set key top right
plot \
  file using 'rank':'frequency' with points pt 7 ps 0.5 lc rgb blue title 'War and Peace', \
  file using 'rank':'law' with lines lw 2 lc rgb vermilion title sprintf('a = %.3f, b = %.2f, r ≤ %g', exponent_5000, shift_5000, ranks), \
  file using 'rank':'talk' with lines lw 2 dt 2 lc rgb black title '1/(r + 2)^{1.08}'

set xrange [0.8:2500]
set yrange [1e-6:1e3]
set xlabel 'k'
set ylabel 'eigenvalue'
plot \
  spectra using (at(1, 'place')):(at(1, 'value')) with points pt 7 ps 0.6 lc rgb green title 'covariance of pixels', \
  spectra using (at(2, 'place')):(at(2, 'value')) with points pt 5 ps 0.6 lc rgb blue title 'erf kernel', \
  [10:100] 0.6*x**kernel_slope_10_100*10**(-kernel_slope_10_100 - 1.75) with lines dt 3 lw 2 lc rgb grey title sprintf('slope %.2f', kernel_slope_10_100), \
  [100:1000] 2e-5*(x/100.)**kernel_slope_100_1000 with lines dt 2 lw 2 lc rgb grey title sprintf('slope %.2f', kernel_slope_100_1000)
unset multiplot
